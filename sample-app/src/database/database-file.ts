import { renameSync, writeFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AfterQueryEvent, EntitySubscriberInterface } from 'typeorm';

const READS = /^\s*(SELECT|PRAGMA)\b/i;

/**
 * Keeps the file of the embedded database up to date. sql.js has the whole database in memory.
 *
 * TypeORM's own `autoSave` forgets a write that comes in while it saves another; here all writes of
 * one moment are saved once, after them.
 */
@Injectable()
export class DatabaseFile implements EntitySubscriberInterface, BeforeApplicationShutdown {
  private readonly file: string | undefined;
  private scheduled: NodeJS.Immediate | undefined;

  constructor(private readonly dataSource: DataSource) {
    const { options } = dataSource;
    this.file = options.type === 'sqljs' ? options.location : undefined;
    if (this.file !== undefined) dataSource.subscribers.push(this);
  }

  afterQuery({ query, success }: AfterQueryEvent): void {
    if (success && !READS.test(query)) this.scheduled ??= setImmediate(() => this.save());
  }

  beforeApplicationShutdown(): void {
    if (this.scheduled !== undefined) this.save();
  }

  /** Renamed into place: whenever the process ends, the file is one that was written to its end. */
  private save(): void {
    clearImmediate(this.scheduled);
    this.scheduled = undefined;
    // To export ends a transaction. What ends it properly is a query too, and will be saved then.
    if (this.file === undefined || this.dataSource.createQueryRunner().isTransactionActive) return;
    writeFileSync(`${this.file}.new`, this.dataSource.sqljsManager.exportDatabase());
    renameSync(`${this.file}.new`, this.file);
  }
}
