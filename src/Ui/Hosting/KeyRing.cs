using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace PantryChain.Ui.Hosting;

/// <summary>The keys with which ASP.NET Core seals cookies and forms, kept in a host's own folder so that a restart logs nobody out.</summary>
public static class KeyRing
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Keeps the ring in <paramref name="folder"/>, which only its owner can enter.</summary>
    /// <remarks>A key that a power cut left half written is put aside, for one such file would let nobody in; whoever was logged in under it logs in again.</remarks>
    public static void AddKeyRing(this IServiceCollection services, string folder)
    {
        DirectoryInfo own = Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        own.UnixFileMode = OwnerOnly | UnixFileMode.UserExecute;
        foreach (FileInfo key in own.EnumerateFiles("*.xml"))
        {
            key.UnixFileMode = OwnerOnly;
            if (!IsWhole(key.FullName))
                key.MoveTo(key.FullName + ".broken", overwrite: true);
        }
        services.AddDataProtection().SetApplicationName("PantryChain").PersistKeysToFileSystem(own);
    }

    private static bool IsWhole(string file)
    {
        try
        {
            return XElement.Load(file).Name.LocalName.Length > 0;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
