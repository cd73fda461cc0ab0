import { playAll } from '../provoked/run.ts';
import { goneRegistryCases, registryCases } from '../provoked/table/registries.ts';

playAll('lifecycle', 'what a registry does', 'sideBySide', registryCases);
playAll('lifecycle', 'a registry that is gone', 'oneByOne', goneRegistryCases);
