import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const snippet = join(import.meta.dirname, '..', '..', '..', 'deploy', 'jupyterhub', 'imagespec_profiles.py');
const server = join(import.meta.dirname, 'serve.py');

/** A user of the Hub. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly admin: boolean;
}

type Form = Readonly<Record<string, readonly string[]>>;

/** A user's choices, as the Hub's handlers pass them to KubeSpawner. */
export type Request =
  | { readonly do: 'page' }
  | { readonly do: 'submit'; readonly form: Form }
  | { readonly do: 'link'; readonly query: Form }
  | { readonly do: 'start'; readonly options: Readonly<Record<string, string>> };

/** The result. */
export interface Reply {
  readonly html?: string;
  readonly image?: string;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly memoryLimit?: number;
  readonly refused?: number;
  readonly failed?: string;
  readonly message?: string;
}

/** A process that stands for the Hub; its configuration is read once, as a Hub's is. */
export class Hub {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #ended: Promise<never>;
  #log = '';

  /** @param python an interpreter with KubeSpawner; `own`: the setting in the Hub's configuration */
  constructor(python: string, own: object, env: Readonly<Record<string, string>>) {
    this.#process = spawn(python, [server, snippet, JSON.stringify(own)], { env: { ...process.env, ...env } });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString('utf8');
    });
    this.#ended = new Promise((_, reject) => {
      this.#process.once('close', () => reject(new Error(`the Hub ended: ${this.#log}`)));
    });
    // The Hub also ends after the tests, when no request awaits this promise.
    this.#ended.catch(() => undefined);
  }

  /** Has KubeSpawner do something for a user. */
  async ask(user: User, request: Request): Promise<Reply> {
    const line = new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
    });
    this.#process.stdin.write(`${JSON.stringify({ user, ...request })}\n`);
    return JSON.parse(await Promise.race([line, this.#ended]));
  }

  /** Titles on the page for a user, in its order. */
  async titles(user: User): Promise<readonly string[]> {
    const { html = '' } = await this.ask(user, { do: 'page' });
    return [...html.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title ?? '');
  }

  /** Everything that it logged. */
  get log(): string {
    return this.#log;
  }

  /** Kills it immediately. */
  end(): void {
    this.#process.kill('SIGKILL');
  }
}
