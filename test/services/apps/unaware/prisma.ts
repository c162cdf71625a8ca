import { connect } from '../prisma.js';
import type { PrismaClient } from '../prisma/generated/client.js';
import type { Change, NoteRow } from '../store.js';
import { UnawareNotes } from './notes.js';

class PrismaNotes extends UnawareNotes {
  constructor(private readonly prisma: PrismaClient) {
    super();
  }

  find(id: number): Promise<NoteRow | null> {
    return this.prisma.note.findUnique({ where: { id } });
  }

  save(id: number, change: Change): Promise<NoteRow> {
    return this.prisma.note.update({ where: { id }, data: change });
  }

  async remove(id: number): Promise<void> {
    await this.prisma.note.delete({ where: { id } });
  }

  close(): Promise<void> {
    return this.prisma.$disconnect();
  }
}

export async function open(url: string): Promise<UnawareNotes> {
  return new PrismaNotes(connect(url));
}
