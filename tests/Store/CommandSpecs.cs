using CliWrap.Buffered;
using CliWrap;
using PantryChain.Store.Founding;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

public sealed class CommandSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData("fly")]
    [InlineData("run", "--sideways")]
    [InlineData("invite", "--days", "many")]
    [InlineData("run", "--data", "/nowhere/at/all")]
    public async Task Bad_input_is_one_line_and_exit_code_2(params string[] args)
    {
        (int code, string error) = await RunAsync(args);

        code.Should().Be(2);
        error.Trim().Should().NotBeEmpty().And.NotContain("\n");
    }

    [Theory]
    [InlineData("{", "cannot be used")]
    [InlineData("{\"colour\": 1}", "cannot be used")]
    [InlineData("{}", "database: a PostgreSQL connection string such as")]
    [InlineData("{\"database\": \"Host=127.0.0.1;Port=1;Timeout=2\", \"broker\": {\"passwordFile\": \"p\", \"port\": 70000}}", "broker.port: 1 to 65535 is expected")]
    [InlineData("{\"database\": \"Host=127.0.0.1;Port=1;Timeout=2\", \"broker\": {\"passwordFile\": \"p\"}, \"orders\": {\"vetoSeconds\": 5}}", "orders.vetoSeconds: 60 to 31536000 is expected")]
    [InlineData("{\"database\": \"Host=127.0.0.1;Port=1;Timeout=2\", \"broker\": {\"passwordFile\": \"p\"}, \"orders\": {\"vetoSeconds\": 4294967295}}", "orders.vetoSeconds: 60 to 31536000 is expected")]
    [InlineData("{\"database\": \"x\", \"broker\": {\"passwordFile\": \"p\", \"username\": \"Store!\"}}", "broker.username: 1 to 32 of a-z, 0-9, _ and - are expected")]
    [InlineData("{\"database\": \"x\", \"broker\": {\"passwordFile\": \"p\"}, \"chain\": {\"rpcUrl\": \"node\"}}", "chain.rpcUrl: an http or https address is expected")]
    [InlineData("{\"database\": \"x\", \"broker\": {\"passwordFile\": \"p\"}, \"publicUrls\": [\"https://store.example/shop\"]}", "publicUrls: addresses such as")]
    [InlineData("{\"database\": \"x\", \"broker\": {\"passwordFile\": \"p\"}, \"rewards\": {\"timeZone\": \"Chestnut\"}}", "rewards.timeZone: an IANA name")]
    [InlineData("{\"database\": \"x\", \"broker\": {\"passwordFile\": \"p\"}, \"chain\": null}", "'chain'")]
    [InlineData("{\"database\": \"what is this\", \"broker\": {\"passwordFile\": \"p\"}}", "no connection string")]
    [InlineData("{\"database\": \"Host=127.0.0.1;Port=1;Timeout=2\", \"broker\": {\"passwordFile\": \"p\"}}", "PostgreSQL is not reachable")]
    public async Task A_wrong_store_json_is_named_with_its_fix(string json, string expected)
    {
        string folder = Path.Combine(world.RootFolder, Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "store.json"), json);

        (int code, string error) = await RunAsync("run", "--data", folder);

        code.Should().Be(2);
        error.Should().Contain(expected);
        error.Trim().Should().NotContain("\n");
    }

    [Fact]
    public async Task Another_chain_is_refused()
    {
        string folder = CopyWith(chain => chain["chainId"] = 8217);

        (int code, string error) = await RunAsync("run", "--data", folder);

        code.Should().Be(2);
        error.Should().Contain("8217");
    }

    [Fact]
    public async Task A_wallet_without_gas_money_is_named_with_its_fix()
    {
        string folder = CopyWith(_ => { });
        File.Delete(Path.Combine(folder, "keys", "relayer.key"));

        (int code, string error) = await RunAsync("init", "--data", folder);

        code.Should().Be(2);
        error.Should().Contain("has no money for gas");
    }

    [Fact]
    public async Task Founding_twice_changes_nothing()
    {
        StringWriter output = new();
        Dictionary<string, string> before = world.Contracts.ToString().Split(',').ToDictionary(part => part);

        await new Founder(world.Folder, world.Clock, output).RunAsync(CancellationToken.None);

        output.ToString().Should().Contain("Keys: there already").And.Contain("up to date").And.Contain("Contracts: there already").And.Contain("Catalogue: there already");
        world.Contracts.ToString().Split(',').Should().Equal(before.Keys);
    }

    [Fact]
    public void Secrets_are_readable_by_their_owner_alone()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(world.Folder.Path, "keys")))
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        string key = world.Folder.Key("clerk.token");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Action read = () => SecretFile.Read(key);

        read.Should().Throw<UsageException>().WithMessage("*chmod 600*");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task An_edited_migration_is_noticed()
    {
        await world.QueryAsync<int>("update schema_versions set sha256 = '\\x00' where number = 1 returning 1");

        Func<Task> migrate = () => Schema.Migrator.ApplyAsync(world.Database, CancellationToken.None);

        await migrate.Should().ThrowAsync<UsageException>().WithMessage("*0001_sending.sql*");
        await world.QueryAsync<int>("update schema_versions set sha256 = @Sha256 where number = 1 returning 1", new { Schema.Migrator.All[0].Sha256 });
    }

    private string CopyWith(Action<System.Text.Json.Nodes.JsonObject> change)
    {
        string folder = Path.Combine(world.RootFolder, Path.GetRandomFileName());
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(world.Folder.Path, "keys")))
            File.Copy(file, Path.Combine(folder, "keys", Path.GetFileName(file)));
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(world.Folder.Path, "store.json")))!.AsObject();
        change(json["chain"]!.AsObject());
        File.WriteAllText(Path.Combine(folder, "store.json"), json.ToJsonString());
        File.Copy(Path.Combine(world.Folder.Path, "catalogue.json"), Path.Combine(folder, "catalogue.json"));
        return folder;
    }

    // As a process of its own, the way an operator runs it.
    private async Task<(int Code, string Error)> RunAsync(params string[] args)
    {
        BufferedCommandResult run = await Cli.Wrap("dotnet").WithArguments([StoreProcess.Program, .. args]).WithWorkingDirectory(world.RootFolder)
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return (run.ExitCode, run.StandardError);
    }
}
