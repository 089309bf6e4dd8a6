/** Discord's limits (developer documentation: Components, Application Commands, Interactions). Lengths in characters. */
export const LIMITS = {
  customId: 100,
  /** Components of one message, including nested ones. */
  components: 40,
  /** Sum over all text displays of a message. */
  text: 4000,
  files: 10,
  buttonLabel: 80,
  rowButtons: 5,
  sectionTexts: 3,
  galleryItems: 10,
  /** Alternative text of an image. */
  mediaDescription: 1024,
  selectOptions: 25,
  /** Label, value and description of an option, each. */
  option: 100,
  selectPlaceholder: 150,
  modalTitle: 45,
  modalComponents: 5,
  fieldLabel: 45,
  fieldDescription: 100,
  fieldPlaceholder: 100,
  textInput: 4000,
  choices: 25,
  /** Name and value of a choice, each. */
  choice: 100,
  /** Sum over all names, descriptions and choices of a command. Discord allows 8,000; the rest is a reserve. */
  command: 7800,
} as const;
