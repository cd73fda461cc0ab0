import { playAll } from '../provoked/run.ts';
import { askedCases } from '../provoked/table/asked.ts';

playAll('lifecycle', 'what a person asks for', 'sideBySide', askedCases);
