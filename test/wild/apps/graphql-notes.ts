import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import {
  Args,
  Field,
  GraphQLModule,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from '@nestjs/graphql';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ETagInterceptor } from 'nestjs-etag';
import type { MakeApplication } from './application.js';
import { NoteStore } from './note-store.js';
import { DraftsController, NotesController } from './notes.controllers.js';

@ObjectType('Note')
class NoteType {
  @Field(() => Int)
  id!: number;
  @Field()
  title!: string;
}

@Resolver(() => NoteType)
class NotesResolver {
  constructor(private readonly notes: NoteStore) {}

  @Query(() => NoteType)
  note(@Args('id', { type: () => Int }) id: number): NoteType {
    return this.notes.find(id);
  }

  @Mutation(() => NoteType)
  changeNote(
    @Args('id', { type: () => Int }) id: number,
    @Args('title') title: string,
  ): Promise<NoteType> {
    return this.notes.write(id, { title });
  }
}

/** Notes by REST and by GraphQL; with the variant `interceptor`, the library's interceptor stands on everything. */
export const application: MakeApplication = ({ variant }) => ({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
  ],
  controllers: [NotesController, DraftsController],
  providers: [
    NoteStore,
    NotesResolver,
    ...(variant === 'interceptor' ? [{ provide: APP_INTERCEPTOR, useClass: ETagInterceptor }] : []),
  ],
});
