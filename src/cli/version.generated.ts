// Made from package.json by `npm run generate`. Do not edit.

/** Version of the program: that of operator and chart. */
export const programVersion = '0.1.0';
