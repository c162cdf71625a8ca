import { IsString } from 'class-validator';

/** What a client may change of a note. */
export class NoteDto {
  /** What the note is about. */
  @IsString()
  title!: string;
}
