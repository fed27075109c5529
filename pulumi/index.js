// What `pulumi preview -s github` and `pulumi up -s github` run: one stack is one app.
export default async () => {
  const { default: rollcall } = await import("rollcall/pulumi");
  await rollcall.run();
};
