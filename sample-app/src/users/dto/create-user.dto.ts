import { IsString, MaxLength, MinLength } from 'class-validator';
import { ReplaceUserDto } from './replace-user.dto.js';

/** What `POST /users` takes. */
export class CreateUserDto extends ReplaceUserDto {
  @IsString()
  @MinLength(8)
  @MaxLength(200)
  password!: string;
}
