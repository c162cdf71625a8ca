import { IsEmail, IsInt, IsNotEmpty, IsString, Max, MaxLength, Min } from 'class-validator';

/** What `PUT /users/:id` takes: all of a user that may be changed. */
export class ReplaceUserDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  name!: string;

  @IsInt()
  @Min(0)
  @Max(150)
  age!: number;

  @IsEmail()
  email!: string;
}
