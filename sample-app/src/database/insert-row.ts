import type { DeepPartial, FindOptionsWhere, QueryDeepPartialEntity, Repository } from 'typeorm';

/**
 * Inserts a row, and gives the entity that it is.
 *
 * TypeORM would ask SQLite for the id of the row that was inserted last, which on the one connection
 * of sql.js may be another request's by then. So it is told not to, and the id is looked up.
 *
 * @param row all columns but the id.
 * @param key the column that no two rows share.
 * @throws QueryFailedError when there is such a row already.
 */
export async function insertRow<Row extends { id: number }>(
  repository: Repository<Row>,
  row: QueryDeepPartialEntity<Row> & DeepPartial<Row>,
  key: FindOptionsWhere<Row>,
): Promise<Row> {
  await repository.createQueryBuilder().insert().values(row).updateEntity(false).execute();
  const { id } = await repository.findOneByOrFail(key);
  return repository.create({ ...row, id });
}
