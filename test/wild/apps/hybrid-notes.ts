import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { ETag, IfMatch } from 'nestjs-etag';
import type { Observable } from 'rxjs';
import type { MakeApplication } from './application.js';
import { NoteStore } from './note-store.js';
import type { Note } from './note-store.js';
import { DraftsController } from './notes.controllers.js';

interface Change {
  readonly id?: number;
  readonly title: string;
}

/** Handlers of HTTP and of messages at once. A message has a payload, which `@Body()` gives, and no path. */
@Controller('notes')
@ETag()
class HybridNotesController {
  constructor(private readonly notes: NoteStore) {}

  @Get(':id')
  @MessagePattern('show-note')
  findOne(@Param('id') id: string | null, @Body() message?: Partial<Change>): Note {
    return this.notes.find(Number(id ?? message?.id));
  }

  @Put(':id')
  @MessagePattern('change-note')
  @IfMatch()
  update(@Param('id') id: string | null, @Body() { title, id: ofMessage }: Change): Promise<Note> {
    return this.notes.write(Number(id ?? ofMessage), { title });
  }
}

/** Sends what it gets as a message, over TCP. */
@Controller('messages')
class MessagesController {
  constructor(@Inject('CLIENT') private readonly client: ClientProxy) {}

  @Post(':pattern')
  @HttpCode(200)
  send(@Param('pattern') pattern: string, @Body() payload: object): Observable<unknown> {
    return this.client.send(pattern, payload);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export const application: MakeApplication = async () => {
  const options = { host: '127.0.0.1', port: await freePort() };
  const client = () => ClientProxyFactory.create({ transport: Transport.TCP, options });
  return {
    controllers: [HybridNotesController, MessagesController, DraftsController],
    providers: [NoteStore, { provide: 'CLIENT', useFactory: client }],
    configure: async (app) => {
      app.connectMicroservice({ transport: Transport.TCP, options }, { inheritAppConfig: true });
      await app.startAllMicroservices();
    },
  };
};
