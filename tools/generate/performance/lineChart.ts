/** One line of a chart. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  /** Not negative. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The texts of a chart. */
export interface Labels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const size = { width: 640, height: 360 };
const plot = { left: 64, right: 500, top: 48, bottom: 304 };
const steps = 5;

/** An SVG with lines from the origin on, each named at its end. */
export function lineChart({ title, x, y }: Labels, lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  const [mostX, mostY] = [niceEnd(points.map((point) => point.x)), niceEnd(points.map((point) => point.y))];
  const across = (value: number) => round(plot.left + (value / mostX) * (plot.right - plot.left));
  const up = (value: number) => round(plot.bottom - (value / mostY) * (plot.bottom - plot.top));
  const ticks = Array.from({ length: steps + 1 }, (_, index) => index / steps);
  const body = [
    text(plot.left, 24, 'start', title),
    ...ticks.flatMap((share) => [
      `<path d="M${plot.left} ${up(share * mostY)}H${plot.right}" stroke="#ddd"/>`,
      text(plot.left - 8, up(share * mostY) + 4, 'end', number(share * mostY)),
      text(across(share * mostX), plot.bottom + 20, 'middle', number(share * mostX)),
    ]),
    text(plot.right, plot.bottom + 44, 'end', x),
    text(plot.left - 48, plot.top - 8, 'start', y),
    ...lines.flatMap(({ name, colour, points: of }) => {
      const path = of.map((point) => `${across(point.x)},${up(point.y)}`).join(' ');
      const last = of.at(-1) ?? { x: 0, y: 0 };
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...of.map((point) => `<circle cx="${across(point.x)}" cy="${up(point.y)}" r="3" fill="${colour}"/>`),
        text(across(last.x) + 8, up(last.y) + 4, 'start', `${name}: ${number(last.y)}`, colour),
      ];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${body.join('\n')}
</svg>
`;
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, colour = '#333'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
}

/** The next of 1, 2, 3 or 5 times a power of ten. A fifth of it is short. */
function niceEnd(values: readonly number[]): number {
  const most = Math.max(...values, 1);
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 3, 5].find((factor) => factor * power >= most) ?? 10) * power;
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
