import cluster from 'node:cluster';

/** What tells that an application is one of several instances. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `cluster.isWorker` of `node:cluster`. */
  readonly isClusterWorker: boolean;
}

/** Variables that are set for every instance, and by whom. */
const VARIABLES: Readonly<Record<string, string>> = {
  NODE_APP_INSTANCE: 'PM2',
  pm_id: 'PM2',
  KUBERNETES_SERVICE_HOST: 'Kubernetes',
  AWS_LAMBDA_FUNCTION_NAME: 'AWS Lambda',
  ECS_CONTAINER_METADATA_URI_V4: 'Amazon ECS',
  ECS_CONTAINER_METADATA_URI: 'Amazon ECS',
  K_SERVICE: 'Google Cloud Run',
  WEBSITE_INSTANCE_ID: 'Azure App Service',
  CONTAINER_APP_NAME: 'Azure Container Apps',
  DYNO: 'Heroku',
  FLY_ALLOC_ID: 'Fly.io',
  FLY_MACHINE_ID: 'Fly.io',
  RENDER_INSTANCE_ID: 'Render',
  RAILWAY_REPLICA_ID: 'Railway',
  VERCEL: 'Vercel',
};

/**
 * A warning for an application whose writers are kept apart in one process, where others like it are likely
 * to run beside it.
 *
 * @returns the sentence, or `undefined` where nothing tells of other instances.
 */
export function warningOfSeveralInstances(
  { environment, isClusterWorker }: Surroundings = here(),
): string | undefined {
  const sign = isClusterWorker ? 'it is a worker of node:cluster' : signIn(environment);
  return sign === undefined
    ? undefined
    : `This application seems to be one of several instances: ${sign}. With atomicity: 'process' a lock keeps writers apart within one process only, so two instances could both accept a write under the same tag. Take locks that all instances share, ETagModule.forRootAsync({ inject: [Pool], useFactory: (pool) => ({ atomicity: postgresLocks(pool) }) }) with postgresLocks() of nestjs-etag/locks; or write ETagModule.forRoot({ atomicity: 'database' }) and make every guarded write conditional by its @Precondition()`;
}

function here(): Surroundings {
  return { environment: process.env, isClusterWorker: cluster.isWorker };
}

function signIn(environment: Surroundings['environment']): string | undefined {
  const name = Object.keys(VARIABLES).find((variable) => environment[variable] !== undefined);
  return name === undefined ? undefined : `${VARIABLES[name]} has set ${name}`;
}
