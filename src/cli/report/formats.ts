/** Forms of the output of `validate`, as words of `-o`. Apart from their writers, which load only when it runs. */
export const reportFormats = ['text', 'json', 'github', 'sarif', 'junit'] as const;

/** One of them. */
export type ReportFormat = (typeof reportFormats)[number];
