/** The users of a new database; their ids are 1, 2 and 3. */
export const SAMPLE_USERS = [
  { name: 'Shaun', age: 27, email: 'shaun@example.com', password: 'green meadow' },
  { name: 'Ada', age: 36, email: 'ada@example.com', password: 'analytical engine' },
  { name: 'Grace', age: 45, email: 'grace@example.com', password: 'nanoseconds' },
];

/** The articles of a new database; their ids are 1 and 2. */
export const SAMPLE_ARTICLES = [
  {
    slug: 'hello-world',
    title: 'Hello, world',
    body: 'The first article of all.',
    tags: ['greeting'],
    authorId: 1,
  },
  {
    slug: 'mid-air-collisions',
    title: 'Mid-air collisions',
    body: 'Two editors open the same page. Both save. One of them has worked for nothing.',
    tags: ['http', 'concurrency'],
    authorId: 2,
  },
];
