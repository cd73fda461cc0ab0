import { z } from 'zod';
import { parseOwnJson } from './ownJson.ts';

/** The JupyterHub user for whom the operator launches an image to prove it. */
export const probeUser = 'probe';

/** A version as a server reports it. The image controls this text. */
const version = z.string().regex(/^[0-9A-Za-z.+!_-]{1,64}$/);
const status = z.int().min(100).max(599);
const milliseconds = z.int().min(0).max(86_400_000);

/** The Hub endpoints that jupyterhub-singleuser calls, as an answer names them. */
const hubCallNames = ['version', 'user', 'activity'] as const;

/** A call that shows that jupyterhub-singleuser runs. */
export type HubCall = (typeof hubCallNames)[number];

const hubCalls = z.array(z.enum(hubCallNames)).max(hubCallNames.length);

const answerSchema = z.discriminatedUnion('ready', [
  z.object({
    v: z.literal(1),
    ready: z.literal(true),
    status,
    /** From the header X-JupyterHub-Version. */
    singleuser: version,
    /** Version of jupyter_server or notebook from `/api`; null when `/api` reports none. */
    server: version.nullable(),
    ms: milliseconds,
    /** HTTP status of the page that a user sees first; null when only a browser login reaches it. */
    page: status.nullable(),
    hubCalls,
  }),
  z.object({
    v: z.literal(1),
    ready: z.literal(false),
    /** Path of the page that is missing or failing, below the server's address; '' for the server's own address. */
    page: z.string().max(256).default(''),
    /**
     * - silent: no answer arrived in time
     * - failing: every answer was 500 or above
     * - noHubVersion: a server answers, without X-JupyterHub-Version
     * - pageFailing: the server answers, but the user's first page is missing, or 500 or above
     * - gone: the server answered once, then stopped answering
     */
    why: z.enum(['silent', 'failing', 'noHubVersion', 'pageFailing', 'gone']),
    /** The last status seen. */
    status: status.nullable(),
    ms: milliseconds,
    hubCalls,
  }),
]);

/** The result of the container beside a launched image: one JSON line as its termination message. */
export type ProbeAnswer = Readonly<z.output<typeof answerSchema>>;

/** Parses a termination message; undefined for anything but an answer. */
export function parseProbeAnswer(message: string): ProbeAnswer | undefined {
  return parseOwnJson(answerSchema, message);
}

/** A version in the answer's form, without characters that no version has; undefined when nothing remains. */
export function versionText(text: string): string | undefined {
  return version.safeParse(text.replaceAll(/[^0-9A-Za-z.+!_-]/g, '').slice(0, 64)).data;
}
