import type { Route } from '../http/router.ts';
import { callbackRoutes } from './callbacks.ts';
import { commandRoutes } from './commands.ts';
import { identityRoutes } from './identity.ts';
import { messageRoutes } from './messages.ts';
import { placeRoutes } from './places.ts';
import { threadRoutes } from './threads.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route of Discord's API that the stand-in has. */
export const ROUTES: readonly Route[] = [
  ...identityRoutes,
  ...placeRoutes,
  ...messageRoutes,
  ...threadRoutes,
  ...commandRoutes,
  ...callbackRoutes,
  ...webhookRoutes,
];
