import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { User } from '../users/user.entity.js';

/** Something a user has written. */
@Entity('articles')
export class Article {
  @PrimaryGeneratedColumn()
  id!: number;

  /** What names the article in an address. */
  @Column({ unique: true })
  slug!: string;

  @Column()
  title!: string;

  @Column('text')
  body!: string;

  @Column('simple-json')
  tags!: string[];

  /**
   * An article that is sent names its author by number, as `version` tells nothing of the author: with
   * the name in it, it would keep its tag when the author takes another.
   */
  @Column()
  authorId!: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({ name: 'authorId' })
  author?: User;

  /** One more with every write; what the tag is made of, and what the next write depends on. */
  @VersionColumn()
  version!: number;

  @CreateDateColumn()
  createdAt!: Date;

  @UpdateDateColumn()
  updatedAt!: Date;
}
