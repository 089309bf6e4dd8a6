// Serves planted faults in a process of its own, as proxies are on other machines.
import { serveFaults } from '../../test/helpers/probe/planted-faults.ts';

process.send?.((await serveFaults()).worlds);
process.once('disconnect', () => process.exit());
