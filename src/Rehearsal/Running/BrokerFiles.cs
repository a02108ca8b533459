using System.Security.Cryptography;
using CliWrap.Buffered;
using CliWrap;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Running;

/// <summary>Who may do what at the two brokers of a rehearsal: passwords made up once, access lists as the protocol says.</summary>
internal static class BrokerFiles
{
    /// <summary>Name of the gateway at both brokers.</summary>
    public const string Gateway = "pantry";

    /// <summary>Name of the audit's recorder at the home broker.</summary>
    public const string Recorder = "recorder";

    /// <summary>Name of the store at the cooperative's broker.</summary>
    public const string Store = "store";

    /// <summary>File with a home user's password.</summary>
    public static string PasswordOf(RunFolder folder, string user) => Path.Combine(folder.Broker("home"), user + ".password");

    /// <summary>The family's broker: the gateway tells, the recorder listens.</summary>
    public static async Task<BrokerAccess> HomeAsync(RunFolder folder, CancellationToken cancellation)
    {
        string home = folder.Broker("home"), passwords = Path.Combine(home, "passwords"), access = Path.Combine(home, "access");
        RunFolder.CreatePrivate(home);
        if (!File.Exists(passwords))
        {
            await File.WriteAllLinesAsync(passwords + ".draft", [MakeUp(folder, Gateway), MakeUp(folder, Recorder)], cancellation);
            await HashAsync(passwords + ".draft", cancellation);
            File.Move(passwords + ".draft", passwords);
        }
        await File.WriteAllTextAsync(access, $"""
            user {Gateway}
            topic readwrite pantrychain/v1/{Gateway}/#
            topic readwrite homeassistant/#
            user {Recorder}
            topic read pantrychain/v1/#

            """, cancellation);
        return new BrokerAccess(passwords, access);
    }

    /// <summary>The broker inside the gateway: the recorder is a user of it, added as an operator would.</summary>
    public static async Task HomeInsideAsync(RunFolder folder, CancellationToken cancellation)
    {
        RunFolder.CreatePrivate(folder.Broker("home"));
        if (!File.Exists(PasswordOf(folder, Recorder)))
            _ = MakeUp(folder, Recorder);
        await HostPart.RunToEndAsync(
            "Gateway", ["home-user", "add", Recorder, "--password-file", PasswordOf(folder, Recorder), "--read", "pantrychain/v1/#", "--data", folder.Gateway], folder.Log("gateway-init"), cancellation);
    }

    /// <summary>The cooperative's broker: each gateway its own topics, the store what the protocol gives it. The store writes the passwords.</summary>
    public static async Task<BrokerAccess> CooperativeAsync(RunFolder folder, CancellationToken cancellation)
    {
        string cooperative = folder.Broker("cooperative"), passwords = Path.Combine(cooperative, "passwords"), access = Path.Combine(cooperative, "access");
        RunFolder.CreatePrivate(cooperative);
        if (!File.Exists(passwords))
            await File.WriteAllTextAsync(passwords, "", cancellation);
        await File.WriteAllTextAsync(access, CooperativeBroker.Access, cancellation);
        return new BrokerAccess(passwords, access) { UserIsClient = true };
    }

    /// <summary>A line of a password file in plain words; the password itself goes into a file of its own.</summary>
    private static string MakeUp(RunFolder folder, string user)
    {
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), file = PasswordOf(folder, user);
        using (StreamWriter writer = new(file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            writer.Write(password + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite); // one that was there keeps its mode
        return $"{user}:{password}";
    }

    /// <summary>Hashes a plain password file in place (mosquitto_passwd(1), -U), so that no password shows on a command line.</summary>
    private static async Task HashAsync(string file, CancellationToken cancellation)
    {
        BufferedCommandResult hashed = await Cli.Wrap(Tool.Find("mosquitto_passwd", "mosquitto")).WithArguments(["-U", file])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        if (!hashed.IsSuccess)
            throw new PartException($"mosquitto_passwd could not hash {file}: {hashed.StandardError.Trim()}");
    }
}
