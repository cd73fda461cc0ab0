import { playAll } from '../provoked/run.ts';
import { askedCases } from '../provoked/table/asked.ts';

playAll('what a person asks for', 'sideBySide', askedCases);
