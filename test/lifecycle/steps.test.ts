import { playAll } from '../provoked/run.ts';
import { stepCases } from '../provoked/table/steps.ts';

playAll('what a step does', 'sideBySide', stepCases, (stage) => stage.withPython());
