import { z } from 'zod';
import { parseOwnJson } from './ownJson.ts';

/** The user as whom an image is launched to prove it. */
export const probeUser = 'probe';

/** A version as a server says it; anything may come from an image. */
const version = z.string().regex(/^[0-9A-Za-z.+!_-]{1,64}$/);
const status = z.int().min(100).max(599);
const milliseconds = z.int().min(0).max(86_400_000);
/** What the server asked the Hub for: proof that a jupyterhub-singleuser was reached. */
const hubCalls = z.array(z.enum(['version', 'user', 'activity'])).max(3);

const answerSchema = z.discriminatedUnion('ready', [
  z.object({
    v: z.literal(1),
    ready: z.literal(true),
    status,
    /** From the header X-JupyterHub-Version. */
    singleuser: version,
    /** Of jupyter_server or notebook, as `/api` says; null when it does not. */
    server: version.nullable(),
    ms: milliseconds,
    /** Status of the page that a user sees first; null when it could not be had without a browser's login. */
    page: status.nullable(),
    hubCalls,
  }),
  z.object({
    v: z.literal(1),
    ready: z.literal(false),
    /**
     * - silent: nothing answered in time
     * - failing: there were only answers of 500 and above
     * - noHubVersion: something answers, without X-JupyterHub-Version
     * - pageFailing: the server answers, and the user's first page is not there, or 500 or above
     * - gone: the server answered once, and then no more
     */
    why: z.enum(['silent', 'failing', 'noHubVersion', 'pageFailing', 'gone']),
    /** The last one that was seen. */
    status: status.nullable(),
    ms: milliseconds,
    hubCalls,
  }),
]);

/** What the container beside a launched image found: one JSON line as its termination message. */
export type ProbeAnswer = Readonly<z.output<typeof answerSchema>>;

/** Reads a termination message; undefined for anything but an answer. */
export function parseProbeAnswer(message: string): ProbeAnswer | undefined {
  return parseOwnJson(answerSchema, message);
}

/** A version in the answer's form: what else a header holds is cut; undefined when nothing is left. */
export function versionText(text: string): string | undefined {
  return version.safeParse(text.replaceAll(/[^0-9A-Za-z.+!_-]/g, '').slice(0, 64)).data;
}
