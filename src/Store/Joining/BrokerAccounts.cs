using System.Globalization;
using CliWrap;
using Dapper;
using Npgsql;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>Keeps the cooperative broker's password file equal to the households in the database, plus the store's own user.</summary>
/// <remarks>One writer at a time; the file is replaced whole and the broker told by SIGHUP, which makes mosquitto read it again.</remarks>
internal sealed class BrokerAccounts(StoreFolder folder, NpgsqlDataSource database, ILogger<BrokerAccounts> logger) : IDisposable
{
    private static readonly TimeSpan SignalWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>File with the store's own password at the broker.</summary>
    public static string OwnPasswordFile(StoreFolder folder) => folder.Key("broker.password");

    /// <summary>The store's own user, which no household can be.</summary>
    public string OwnUser => folder.Options.Broker.Username;

    /// <summary>Writes the file if it differs from what the database says; true when the broker was given a new one.</summary>
    public async Task<bool> SyncAsync(CancellationToken stop)
    {
        await _writing.WaitAsync(stop);
        try
        {
            string path = folder.Resolve(folder.Options.Broker.PasswordFile);
            string text = MosquittoPasswords.Render(await UsersAsync(stop));
            if (File.Exists(path) && await File.ReadAllTextAsync(path, stop) == text)
                return false;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // The broker may run as another user of the same group: whoever set the file's mode knows.
            SecretFile.Replace(path, text, File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await TellBrokerAsync(stop);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private async Task<List<(string User, string Hash)>> UsersAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        List<(string User, string Hash)> users = [.. await connection.QueryAsync<(string, string)>("select gateway, broker_hash from households")];
        // From a time before names were reserved, or the operator renamed the store's user: two lines of one user would leave it to the broker who that is.
        if (users.RemoveAll(user => user.User == OwnUser) > 0)
            logger.LogError("A household is named '{User}', as the store at its broker: it has no login there. Name another user as 'broker.username' in store.json, or let it join under another name.", OwnUser);
        users.Add((OwnUser, await OwnHashAsync(connection)));
        return users;
    }

    // The hash is kept, so that its salt, and with it the file, stays the same from start to start.
    private async Task<string> OwnHashAsync(NpgsqlConnection connection)
    {
        string password = SecretFile.Read(OwnPasswordFile(folder));
        string name = "broker_hash." + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(password)))[..16];
        await connection.ExecuteAsync("insert into settings values (@name, @hash) on conflict do nothing", new { name, hash = MosquittoPasswords.Hash(password) });
        return await connection.QuerySingleAsync<string>("select value from settings where name = @name", new { name });
    }

    private async Task TellBrokerAsync(CancellationToken stop)
    {
        if (folder.Options.Broker.PidFile is not { } relative)
        {
            logger.LogWarning("The broker's passwords changed. Reload the broker by hand, or name its pid file as 'broker.pidFile' in store.json.");
            return;
        }
        string path = folder.Resolve(relative);
        if (!File.Exists(path) || !int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || pid <= 1)
            logger.LogInformation("The broker is not running ({PidFile} has no process number); it reads its passwords when it starts.", path);
        else if (!await HangUpAsync(pid, stop))
            logger.LogWarning("The broker (process {Pid}) could not be told that its passwords changed. Reload it by hand.", pid);
    }

    /// <summary>Sends SIGHUP, which .NET itself cannot; the shell's own kill is on every machine. A shell that hangs is a broker that was not told.</summary>
    private static async Task<bool> HangUpAsync(int pid, CancellationToken stop)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(SignalWithin);
        try
        {
            CommandResult told = await Cli.Wrap("/bin/sh").WithArguments(["-c", "kill -s HUP \"$0\" 2>/dev/null", pid.ToString(CultureInfo.InvariantCulture)])
                .WithValidation(CommandResultValidation.None).ExecuteAsync(deadline.Token);
            return told.IsSuccess;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
