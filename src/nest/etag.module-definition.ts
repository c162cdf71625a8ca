import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ETagModuleOptions } from './options/etag.options.js';
import { ETAG_MODULE_OPTIONS } from './internals/etag.constants.js';

/**
 * `forRoot()` and `forRootAsync()` as Nest's builder writes them. The token is given: from
 * `moduleName: 'ETag'` the builder would make `E_TAG_MODULE_OPTIONS`, and without either a random
 * one that the two copies of the package would not share.
 */
export const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ETagModuleOptions>({ optionsInjectionToken: ETAG_MODULE_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createETagOptions')
    .setExtras({}, (definition) => ({ ...definition, global: true }))
    .build();
