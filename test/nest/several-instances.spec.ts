import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, Logger, Put } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ETag, IfMatch, Precondition } from '../../src/index.js';
import type { ETagModuleOptions } from '../../src/index.js';
import { warningOfSeveralInstances } from '../../src/nest/checks/several-instances.js';
import { create } from '../support/each-adapter.js';

describe('warningOfSeveralInstances', () => {
  it.each([
    ['KUBERNETES_SERVICE_HOST', '10.0.0.1', 'Kubernetes has set KUBERNETES_SERVICE_HOST'],
    ['NODE_APP_INSTANCE', '0', 'PM2 has set NODE_APP_INSTANCE'],
    ['pm_id', '3', 'PM2 has set pm_id'],
  ])('is given where %s is set, and says so', (variable, value, sign) => {
    const environment = { [variable]: value };
    const warning = warningOfSeveralInstances({ environment, isClusterWorker: false });
    expect(warning).toContain(sign);
  });

  it('is given in a worker of a cluster', () => {
    const warning = warningOfSeveralInstances({ environment: {}, isClusterWorker: true });
    expect(warning).toContain('it is a worker of node:cluster');
  });

  it('says what to write instead', () => {
    const warning = warningOfSeveralInstances({ environment: {}, isClusterWorker: true });
    expect(warning).toContain("ETagModule.forRoot({ atomicity: 'database' })");
    expect(warning).toContain('@Precondition()');
  });

  it('is not given where nothing tells of other instances', () => {
    const environment = { NODE_ENV: 'production', HOSTNAME: 'web-1' };
    expect(warningOfSeveralInstances({ environment, isClusterWorker: false })).toBeUndefined();
  });
});

describe('an application at boot', () => {
  const signs = ['KUBERNETES_SERVICE_HOST', 'NODE_APP_INSTANCE', 'pm_id'];
  let before: NodeJS.ProcessEnv;

  beforeEach(() => {
    before = { ...process.env };
    for (const sign of signs) delete process.env[sign];
  });

  afterEach(() => {
    for (const sign of signs) {
      if (before[sign] === undefined) delete process.env[sign];
      else process.env[sign] = before[sign];
    }
    jest.restoreAllMocks();
  });

  @Controller('items')
  @ETag()
  class GuardedController {
    @Get()
    read(): object {
      return { version: 1 };
    }

    @Put()
    @IfMatch({ version: 'version' })
    write(@Precondition() precondition: Precondition): object {
      return { version: precondition.version };
    }
  }

  @Controller('items')
  @ETag()
  class ReadOnlyController {
    @Get()
    read(): object {
      return {};
    }
  }

  /** The warnings of ours at boot. */
  async function warningsOf(controller: Type, etag: ETagModuleOptions): Promise<unknown[]> {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const app = await create('express', { controllers: [controller], etag });
    await app.close();
    return warn.mock.calls.map(([sentence]) => sentence);
  }

  it('warns once where several instances are likely and writers take turns', async () => {
    process.env['NODE_APP_INSTANCE'] = '0';
    process.env['pm_id'] = '0';
    const warnings = await warningsOf(GuardedController, {});
    expect(warnings).toEqual([expect.stringContaining('NODE_APP_INSTANCE')]);
  });

  it('does not warn where the database decides', async () => {
    process.env['NODE_APP_INSTANCE'] = '0';
    expect(await warningsOf(GuardedController, { atomicity: 'database' })).toEqual([]);
  });

  it('does not warn where nothing is guarded', async () => {
    process.env['NODE_APP_INSTANCE'] = '0';
    expect(await warningsOf(ReadOnlyController, {})).toEqual([]);
  });

  it('does not warn of a process that seems to be alone', async () => {
    expect(await warningsOf(GuardedController, {})).toEqual([]);
  });
});
