/** A fault at a line (from 1) of a Dockerfile, with the text to write instead. */
export interface DockerfileFinding {
  readonly line: number;
  readonly message: string;
}
