import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Put,
} from '@nestjs/common';
import { ETag, IfMatch, WeakETag } from 'nestjs-etag';
import { ChangeEmailDto } from './dto/change-email.dto.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { ReplaceUserDto } from './dto/replace-user.dto.js';
import { UserCard } from './user-card.js';
import type { User } from './user.entity.js';
import { UsersService } from './users.service.js';

/**
 * Users have no version: their tags are made from what is sent, and each writer holds the lock of the user
 * that it writes, in all processes. The handlers know nothing of it.
 */
@Controller('users')
@ETag()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  findAll(): Promise<User[]> {
    return this.users.findAll();
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<User> {
    return this.users.findOne(id);
  }

  /** Weak: a card that was printed earlier is as good as long as it says the same. */
  @Get(':id/card')
  @WeakETag<UserCard>(['name', 'email'])
  async card(@Param('id', ParseIntPipe) id: number): Promise<UserCard> {
    return new UserCard(await this.users.findOne(id));
  }

  @Post()
  create(@Body() user: CreateUserDto): Promise<User> {
    return this.users.create(user);
  }

  @Put(':id')
  @IfMatch()
  replace(@Param('id', ParseIntPipe) id: number, @Body() user: ReplaceUserDto): Promise<User> {
    return this.users.update(id, user);
  }

  /** There is no `GET /users/:id/email`: the tag to send is the user's. */
  @Patch(':id/email')
  @IfMatch({ current: 'findOne' })
  changeEmail(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: ChangeEmailDto,
  ): Promise<User> {
    return this.users.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  remove(@Param('id', ParseIntPipe) id: number): Promise<void> {
    return this.users.remove(id);
  }
}
