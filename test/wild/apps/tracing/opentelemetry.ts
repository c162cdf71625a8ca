/** OpenTelemetry's Nest instrumentation registered by hand, before the application is loaded: `--import` or `--require`. */
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';

registerInstrumentations({ instrumentations: [new NestInstrumentation()] });
