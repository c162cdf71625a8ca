import { PickType } from '@nestjs/swagger';
import { ReplaceUserDto } from './replace-user.dto.js';

/** What `PATCH /users/:id/email` takes. */
export class ChangeEmailDto extends PickType(ReplaceUserDto, ['email']) {}
