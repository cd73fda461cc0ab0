import { playAll } from '../provoked/run.ts';
import { stepCases } from '../provoked/table/steps.ts';

playAll('lifecycle', 'what a step does', 'sideBySide', stepCases, (stage) => stage.withPython());
