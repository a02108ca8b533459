using System.Globalization;
using PantryChain.Rehearsal.Commands;

namespace PantryChain.Rehearsal.Running;

/// <summary>One supervisor per run folder; its process id for <c>./pantry down</c>.</summary>
/// <remarks>The lock is the kernel's, so it ends with the process, however that ends; the id in the file may be stale.</remarks>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="UsageException">Another rehearsal runs there.</exception>
    public static RunLock Take(RunFolder folder)
    {
        try
        {
            FileStream file = new(folder.Supervisor + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(folder.Supervisor, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new RunLock(file);
        }
        catch (IOException error)
        {
            throw new UsageException($"A rehearsal runs in {folder.Path} already. Stop it with './pantry down --data {folder.Path}', or name another folder with --data DIR.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UsageException($"{folder.Path} belongs to another user. Name another folder with --data DIR.", error);
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose() => _file.Dispose();
}
