import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  type APIContainerComponent,
  type APIFileComponent,
  type APIMediaGalleryComponent,
  type APISelectMenuOption,
  type APIStringSelectComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
} from 'discord.js';

/** Accent colors that are visible on Discord's dark and light backgrounds. */
const TONES = { neutral: 0x5865f2, success: 0x2f9e5b, warn: 0xe0a100, danger: 0xd83c3e, muted: 0x80848e } as const;
export type Tone = keyof typeof TONES;

type CardPart = APIContainerComponent['components'][number];

/** A container with an accent color; parts that are false or null are omitted. */
export function card(tone: Tone, ...parts: readonly (CardPart | false | null | undefined)[]): APIContainerComponent {
  const components = parts.filter((part) => part !== false && part !== null && part !== undefined);
  return { type: ComponentType.Container, accent_color: TONES[tone], components };
}

export function text(...lines: readonly (string | false | null | undefined)[]): APITextDisplayComponent {
  return { type: ComponentType.TextDisplay, content: lines.filter((line) => typeof line === 'string').join('\n') };
}

type ButtonLook = 'primary' | 'secondary' | 'success' | 'danger';
const STYLES = {
  primary: ButtonStyle.Primary,
  secondary: ButtonStyle.Secondary,
  success: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
} as const;

export function button(
  label: string,
  custom_id: string,
  look: ButtonLook = 'secondary',
  disabled = false,
): APIButtonComponentWithCustomId {
  return { type: ComponentType.Button, label, custom_id, style: STYLES[look], ...(disabled && { disabled }) };
}

type MaybeButton = APIButtonComponentWithCustomId | false | null | undefined;
type ButtonRow = APIActionRowComponent<APIComponentInMessageActionRow>;

/** A row of buttons, or null if there are none. */
export function row(...buttons: readonly MaybeButton[]): ButtonRow | null {
  const components = buttons.filter((each) => each !== false && each !== null && each !== undefined);
  return components.length === 0 ? null : { type: ComponentType.ActionRow, components };
}

/** A select menu in its own row. */
export function selectMenu(
  custom_id: string,
  placeholder: string,
  options: APISelectMenuOption[],
): APIActionRowComponent<APIStringSelectComponent> {
  return {
    type: ComponentType.ActionRow,
    components: [{ type: ComponentType.StringSelect, custom_id, placeholder, options }],
  };
}

/** Shows an attached file for download. */
export function file(name: string): APIFileComponent {
  return { type: ComponentType.File, file: { url: `attachment://${name}` } };
}

/** Shows an attached image with its alternative text. */
export function picture(name: string, alt: string): APIMediaGalleryComponent {
  return { type: ComponentType.MediaGallery, items: [{ media: { url: `attachment://${name}` }, description: alt }] };
}
