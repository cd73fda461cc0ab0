/** What is wrong at a line (from 1) of a Dockerfile, and what to write instead. */
export interface DockerfileFinding {
  readonly line: number;
  readonly message: string;
}
