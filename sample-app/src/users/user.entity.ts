import { ApiHideProperty } from '@nestjs/swagger';
import { Exclude } from 'class-transformer';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Somebody who writes articles. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @Column()
  age!: number;

  @Column({ unique: true })
  email!: string;

  /** Never sent, and so no part of a tag: a new password leaves what readers have as good as new. */
  @Exclude()
  @ApiHideProperty()
  @Column()
  passwordHash!: string;
}
