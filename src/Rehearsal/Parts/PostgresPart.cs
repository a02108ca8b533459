using System.Globalization;
using System.Security.Cryptography;
using CliWrap;
using Npgsql;

namespace PantryChain.Rehearsal.Parts;

/// <summary>A PostgreSQL cluster of its own: loopback only, one role with a generated password, one database.</summary>
/// <remarks>
/// PostgreSQL refuses to run as root. As root it therefore runs as Debian's user <c>postgres</c>, in a folder that this user can reach; where a closed
/// folder stands in the way (0700, as /root is), it runs in a user namespace, which a chroot does not allow.
/// </remarks>
public sealed class PostgresPart : Part
{
    private const string Role = "pantrychain";
    private string? _password;
    private bool _inNamespace;

    /// <summary>A cluster.</summary>
    public PostgresPart(string folder, int port = 0) : base("postgres", folder, port) { }

    /// <summary>Connection string of the role that owns the database; known once the part was started.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = Port, Username = Role, Password = _password, Database = Role,
        Pooling = true, Timeout = 5, MaxPoolSize = 20,
    }.ConnectionString;

    /// <summary>Makes and starts a cluster.</summary>
    public static async Task<PostgresPart> StartNewAsync(string folder, CancellationToken cancellation = default)
    {
        PostgresPart part = new(folder);
        await part.StartAsync(cancellation);
        return part;
    }

    private string DataFolder => Path.Combine(Folder, "data");

    private string PasswordFile => Path.Combine(Folder, "password");

    private string? User => Environment.IsPrivilegedProcess && !_inNamespace ? "postgres" : null;

    /// <inheritdoc />
    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        if (Environment.IsPrivilegedProcess)
            await GiveToPostgresAsync();
        if (!File.Exists(PasswordFile))
            await File.WriteAllTextAsync(PasswordFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), cancellation);
        File.SetUnixFileMode(PasswordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _password = await File.ReadAllTextAsync(PasswordFile, cancellation);
        if (!Directory.Exists(DataFolder))
            await CreateClusterAsync(cancellation);
    }

    /// <inheritdoc />
    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation) => RunAsync("postgres",
    [
        "-D", DataFolder, "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=60", "-c", "log_min_messages=warning",
    ]);

    /// <inheritdoc />
    protected override async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        // Unpooled, and to the maintenance database, which exists from the start.
        NpgsqlConnectionStringBuilder text = new(ConnectionString) { Pooling = false, Database = "postgres" };
        await using NpgsqlConnection connection = new(text.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using NpgsqlCommand exists = new($"select count(*) from pg_database where datname = '{Role}'", connection);
        if ((long)(await exists.ExecuteScalarAsync(cancellation))! > 0)
            return true;
        await using NpgsqlCommand create = new($"create database {Role}", connection);
        await create.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    // initdb works in a draft folder that is renamed at the end, so a kill half way leaves nothing that looks like a cluster.
    private async Task CreateClusterAsync(CancellationToken cancellation)
    {
        string draft = DataFolder + ".draft";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        string words = Path.Combine(Folder, "password.initdb");
        await File.WriteAllTextAsync(words, _password + "\n", cancellation);
        if (User is not null)
            await ChangeOwnerAsync(words);
        using ChildProcess initdb = await RunAsync("initdb",
            ["-D", draft, "-U", Role, "--pwfile", words, "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]);
        await initdb.WaitAsync(cancellation);
        File.Delete(words);
        if (initdb.ExitCode != 0)
            throw new PartException($"PostgreSQL could not make a cluster in {Folder}. See {LogFile}.");
        Directory.Move(draft, DataFolder);
    }

    private Task<ChildProcess> RunAsync(string program, IEnumerable<string> arguments)
    {
        string path = Tool.FindPostgres(program);
        return _inNamespace
            ? ChildProcess.StartAsync(Tool.Find("unshare", "util-linux"), ["--user", "--map-user=1000", "--map-group=1000", path, .. arguments], LogFile, Folder)
            : ChildProcess.StartAsync(path, arguments, LogFile, Folder, user: User);
    }

    private async Task GiveToPostgresAsync()
    {
        Tool.FindPostgres("postgres");
        await ChangeOwnerAsync(Folder);
        if (await ExitsWithZeroAsync(Tool.Find("setpriv", "util-linux"), ["--reuid", "postgres", "--regid", "postgres", "--init-groups", "/usr/bin/test", "-w", Folder]))
            return;
        await ExitsWithZeroAsync("/bin/chown", ["root:root", Folder]);
        if (!await ExitsWithZeroAsync(Tool.Find("unshare", "util-linux"), ["--user", "--map-user=1000", "--map-group=1000", "/usr/bin/test", "-w", Folder]))
            throw new PartException($"PostgreSQL does not run as root, and its user 'postgres' cannot reach {Folder}. Move the project, or name a folder that everybody can enter with --data DIR.");
        _inNamespace = true;
    }

    private static Task<bool> ChangeOwnerAsync(string path) => ExitsWithZeroAsync("/bin/chown", ["postgres:postgres", path]);

    private static async Task<bool> ExitsWithZeroAsync(string program, string[] arguments) =>
        (await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteAsync()).IsSuccess;
}
