import type { Config } from '../base/config.ts';
import { readSource, testSource } from '../providers/read-source.ts';
import type { SourceReader } from '../services/sources/source-syncs.ts';

/** The providers, with the limits of this installation. */
export function sourceReader({
  checks,
  allowPrivateProxies,
  sourceApiUrls = {},
}: Pick<Config, 'checks' | 'allowPrivateProxies'> & Partial<Pick<Config, 'sourceApiUrls'>>): SourceReader {
  const request = {
    apiUrls: sourceApiUrls,
    policy: { isPrivateAllowed: allowPrivateProxies, isLoopbackOnly: checks.reach === 'loopback', ca: checks.ca },
    isPrivateAllowed: allowPrivateProxies,
  };
  return {
    read: (source, signal) => readSource({ ...request, ...source }, { signal }),
    test: (source) => testSource({ ...request, ...source }),
  };
}
