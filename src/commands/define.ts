import * as shapes from '../discord/define/command.ts';
import type { Services } from '../services/services.ts';
import type { AutocompleteName } from './autocomplete.ts';

export type Context = shapes.Context<Services>;

/** Definitions of commands, message commands, components and modals over our services. */
export const defineCommand = shapes.defineCommand<Services, AutocompleteName>();
export const defineMessageCommand = shapes.defineMessageCommand<Services>();
export const defineComponent = shapes.defineComponent<Services>();
export const defineModal = shapes.defineModal<Services>();
