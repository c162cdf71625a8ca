/** What a client may change of a note. No decorator: the plugin reads types and comments. */
export class SwaggerNoteDto {
  /** What the note is about. */
  title!: string;
}
