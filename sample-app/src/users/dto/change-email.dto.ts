import { PickType } from '@nestjs/mapped-types';
import { ReplaceUserDto } from './replace-user.dto.js';

/** What `PATCH /users/:id/email` takes. */
export class ChangeEmailDto extends PickType(ReplaceUserDto, ['email']) {}
