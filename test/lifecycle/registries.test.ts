import { playAll } from '../provoked/run.ts';
import { goneRegistryCases, registryCases } from '../provoked/table/registries.ts';

playAll('what a registry does', 'sideBySide', registryCases);
playAll('a registry that is gone', 'oneByOne', goneRegistryCases);
