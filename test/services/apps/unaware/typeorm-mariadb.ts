import { connect } from '../typeorm.js';
import type { UnawareNotes } from './notes.js';
import { TypeOrmNotes } from './typeorm.js';

export async function open(url: string): Promise<UnawareNotes> {
  return new TypeOrmNotes(await connect('mariadb', url));
}
