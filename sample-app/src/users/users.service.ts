import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Article } from '../articles/article.entity.js';
import { insertRow } from '../database/insert-row.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { ReplaceUserDto } from './dto/replace-user.dto.js';
import { hashPassword } from './password.js';
import { User } from './user.entity.js';

/** Reads and writes users. */
@Injectable()
export class UsersService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    @InjectRepository(Article) private readonly articles: Repository<Article>,
  ) {}

  findAll(): Promise<User[]> {
    return this.users.find({ order: { id: 'ASC' } });
  }

  /** @throws NotFoundException */
  async findOne(id: number): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (user === null) throw new NotFoundException(`There is no user ${id}.`);
    return user;
  }

  async create({ name, age, email, password }: CreateUserDto): Promise<User> {
    const passwordHash = await hashPassword(password);
    return insertRow(this.users, { name, age, email, passwordHash }, { email });
  }

  /**
   * Changes a user, whatever it was before: `@IfMatch()` sees to it that the client knew.
   * The answer is put together from what was written, since a second read might already find what
   * somebody else wrote.
   */
  async update(id: number, change: Partial<ReplaceUserDto>): Promise<User> {
    const user = await this.findOne(id);
    await this.users.update({ id }, change);
    return Object.assign(user, change);
  }

  /** @throws NotFoundException, and ConflictException while articles name the user as their author. */
  async remove(id: number): Promise<void> {
    await this.findOne(id);
    if (await this.articles.existsBy({ authorId: id })) {
      throw new ConflictException(`User ${id} has written articles: delete them first.`);
    }
    await this.users.delete({ id });
  }
}
