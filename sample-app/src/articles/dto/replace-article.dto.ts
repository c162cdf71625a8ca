import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/** The largest number that the id of a row can be. */
const LARGEST_ID = 2 ** 31 - 1;

/** What `PUT` takes: all of an article that may be changed. */
export class ReplaceArticleDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title!: string;

  @IsString()
  @MaxLength(50_000)
  body!: string;

  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(50, { each: true })
  tags!: string[];

  @IsInt()
  @Min(1)
  @Max(LARGEST_ID)
  authorId!: number;
}
