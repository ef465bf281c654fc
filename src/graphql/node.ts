import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { UserErrorCodeEnum } from './user-error.enum';

@InterfaceType({ description: 'Anything that `node` finds again by its id.' })
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, and unique among everything in this API.' })
  id!: string;
}

@ObjectType({ description: 'A refusal that the caller can act on.', simpleResolvers: true })
export class UserError {
  @Field(() => UserErrorCodeEnum, { description: 'Why it was refused.' })
  code!: string;

  @Field(() => [String], {
    description: 'The path of the input field that it is about; empty for the whole input.',
  })
  field!: readonly string[];

  @Field(() => String, { description: 'What is wrong and what to do, for people.' })
  message!: string;
}
