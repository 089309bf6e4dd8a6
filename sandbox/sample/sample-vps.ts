/** Sample VPS with their models and documented proxies. */
export interface SampleVps {
  name: string;
  environment: string;
  region: string;
  models: readonly string[];
  /** Single accounts of other models; they share their proxies with accounts of another VPS. */
  accounts?: readonly string[];
  /** Whether everything that its accounts use is documented. */
  isDocumented: boolean;
  /** Further documented proxies. */
  links: readonly { proxyId: number; notes: string }[];
}

export const SAMPLE_VPS: readonly SampleVps[] = [
  {
    ...{ name: 'nova-1', environment: 'production', region: 'Falkenstein', models: ['Amber', 'Bella'] },
    ...{ isDocumented: true, links: [] },
  },
  {
    ...{ name: 'nova-2', environment: 'production', region: 'Helsinki', models: ['Cora', 'Dahlia'] },
    ...{ isDocumented: false, links: [{ proxyId: 1, notes: 'spare for the night shift' }] },
  },
  {
    ...{ name: 'vega-1', environment: 'staging', region: 'Ashburn', models: ['Esme'] },
    ...{ isDocumented: true, links: [{ proxyId: 300, notes: 'from the old spreadsheet' }] },
  },
  {
    ...{
      name: 'vega-2',
      environment: 'staging',
      region: 'Hillsboro',
      models: ['Freya'],
      accounts: ['amber.119', 'amber.120'],
    },
    ...{ isDocumented: true, links: [] },
  },
];
