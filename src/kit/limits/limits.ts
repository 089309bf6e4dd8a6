/** Discord's limits (developer documentation: Components, Application Commands, Interactions). Lengths in characters. */
export const LIMITS = {
  customId: 100,
  /** Components of one message, with the nested ones. */
  components: 40,
  /** Over all text displays of one message. */
  text: 4000,
  files: 10,
  buttonLabel: 80,
  rowButtons: 5,
  sectionTexts: 3,
  galleryItems: 10,
  /** What a picture says to whoever does not see it. */
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
  /** Over all names, descriptions and choices of one command. Discord says 8,000; the rest is our reserve. */
  command: 7800,
} as const;
