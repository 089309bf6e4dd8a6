import { settingDefaults } from '../../src/base/config.ts';
import { DESCRIPTIONS } from './descriptions.ts';

const LINE_CHARS = 100;
const START = '<!-- settings: written by npm run settings -->\n';
const END = '<!-- /settings -->';

const SETTINGS = Object.entries(DESCRIPTIONS).map(([name, description]) => {
  const fallback = new Map<string, string | undefined>(settingDefaults()).get(name);
  return { name, description, fallback: fallback || undefined };
});

/** The text of .env.example: each setting with its description; a default is a comment. */
export function envExample(): string {
  const head =
    '# Copy this file to .env and fill it in. Settings that are empty or commented out have their default.\n';
  const settings = SETTINGS.map(({ name, description, fallback }) => {
    const comment = wrap(description.replaceAll(/[`*]/g, '')).map((line) => `# ${line}`);
    return [...comment, fallback === undefined ? `${name}=` : `# ${name}=${fallback}`].join('\n');
  });
  return `${head}\n${settings.join('\n\n')}\n`;
}

/** docs/operations.md with the table of settings as it is now. @throws Error if the page has no place for it */
export function withSettingsTable(page: string): string {
  const [before, rest] = page.split(START);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`the page has no part between ${START}and ${END}`);
  const rows = SETTINGS.map(
    ({ name, description, fallback }) =>
      `| \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${description} |`,
  );
  return [
    before,
    START,
    ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n'),
    END,
    after,
  ].join('');
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length > LINE_CHARS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`.trim();
  }
  return lines;
}
