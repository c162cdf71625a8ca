import { Logger } from '@nestjs/common';
import { serveApiDocument } from './api-document.js';
import { adapterNamed, createApp } from './create-app.js';

const adapter = adapterNamed(process.env['ADAPTER'] || 'express');
const port = Number(process.env['PORT'] || 3000);

const app = await createApp(adapter);
app.enableShutdownHooks();
serveApiDocument(app);
await app.listen(port);

const url = `http://localhost:${port}`;
new Logger('SampleApp').log(`${url} is up, on ${adapter}, described at ${url}/docs. Open it, or try

  curl -i ${url}/users/1
  curl -i -X PUT ${url}/users/1 -H 'Content-Type: application/json' -d '{"name":"Shaun","age":28,"email":"shaun@example.com"}'
`);
