import { casesOf } from '../provoked/cases.ts';
import { playAll } from '../provoked/run.ts';
import { askedCases } from '../provoked/table/asked.ts';
import { registryCases } from '../provoked/table/registries.ts';
import { stepCases } from '../provoked/table/steps.ts';

/** What everybody meets; `npm run test:lifecycle` plays all cases. */
const cases = [
  ...casesOf(stepCases, ['pip-package', 'run-exit-code', 'out-of-memory-step']),
  ...casesOf(registryCases, ['base-not-found', 'push-unauthorized', 'secret-missing']),
  ...casesOf(askedCases, ['edited-while-building', 'cancelled', 'deleted-background']),
];

playAll('core', 'what everybody meets', 'sideBySide', cases, (stage) => stage.withPython());
