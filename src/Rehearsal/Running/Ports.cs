using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Running;

/// <summary>The ports of a rehearsal, all on 127.0.0.1: chosen once, kept in <c>ports.json</c>, because gateway and store remember each other's.</summary>
internal sealed record Ports(int Gateway, int Store, int Chain, int Postgres, int Home, int Cooperative)
{
    private const string FileName = "ports.json";

    /// <summary>The folder's ports, or new ones; each is free now.</summary>
    /// <exception cref="UsageException">A port is busy, or another one was asked for than the one in use.</exception>
    public static Ports Take(RunFolder folder, UpOptions options)
    {
        Ports ports = folder.Read<Ports>(FileName) ?? Choose(options);
        Refuse("--gateway-port", options.GatewayPort, ports.Gateway, folder);
        Refuse("--store-port", options.StorePort, ports.Store, folder);
        foreach (int port in ports.All.Where(port => !LoopbackPort.IsFree(port)))
            throw new UsageException($"Port {port} is busy. 'ss -ltnp sport = :{port}' shows who listens there: stop it, or use another --data folder or port.");
        folder.Write(FileName, ports);
        return ports;
    }

    private int[] All => [Gateway, Store, Chain, Postgres, Home, Cooperative];

    private static Ports Choose(UpOptions options)
    {
        HashSet<int> taken = [];
        return new Ports(options.GatewayPort ?? Free(), options.StorePort ?? Free(), Free(), Free(), Free(), Free());

        int Free()
        {
            int port;
            do port = LoopbackPort.Free();
            while (!taken.Add(port));
            return port;
        }
    }

    private static void Refuse(string option, int? wanted, int used, RunFolder folder)
    {
        if (wanted is { } port && port != used)
            throw new UsageException($"{folder.Path} uses port {used}, so {option} {port} cannot be had. Leave the option out, or begin anew with './pantry down --wipe'.");
    }
}
